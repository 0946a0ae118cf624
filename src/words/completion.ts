import type { Text } from '../model/text.ts'

/** What `recvq completion` says. */
export const COMPLETION_WORDS = {
  about: {
    en: 'print a script by which bash, zsh or fish completes commands, options, rules and the names that explain knows',
    zh: '输出 bash、zsh 或 fish 的补全脚本，可补全命令、选项、规则以及 explain 认识的名称',
  },
  more: {
    en: 'For one shell: source <(recvq completion bash), source <(recvq completion zsh), recvq completion fish | source. To keep it, write it to where the shell looks: /etc/bash_completion.d/recvq, a file _recvq in $fpath, ~/.config/fish/completions/recvq.fish.',
    zh: '当前 shell：source <(recvq completion bash)、source <(recvq completion zsh)、recvq completion fish | source。要长期生效，写到 shell 查找的位置：/etc/bash_completion.d/recvq、$fpath 中名为 _recvq 的文件、~/.config/fish/completions/recvq.fish。',
  },
} satisfies Record<string, Text>
