import type { Tokens } from './token.ts'

/** Replaces what lets somebody in: by its shape, or by the name of what it is given to. */
export interface Secrets {
  redact(line: string): string
}

/** Of a fixed shape, wherever it stands. */
const SHAPES: readonly RegExp[] = [
  // JSON Web Tokens, as of service accounts: header.payload.signature
  /(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?/g,
  // keys of AWS, Google, GitHub, GitLab, Slack, Stripe, npm, OpenAI and its like, Alibaba, Tencent
  /(?<![A-Za-z\d])(?:AKIA|ASIA|AROA|AIDA|AGPA)[A-Z\d]{16}(?![A-Za-z\d])/g,
  /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  /(?<![\w-])(?:gh[pousr]_[A-Za-z\d]{30,255}|github_pat_\w{30,255}|glpat-[\w-]{20,64}|npm_[A-Za-z\d]{30,64})(?![\w-])/g,
  /(?<![\w-])xox[abeoprs]-[A-Za-z\d-]{10,255}/g,
  /(?<![\w-])(?:sk|rk|pk)[-_](?:live[-_]|test[-_]|proj-|ant-)?[A-Za-z\d_-]{20,255}/g,
  /(?<![A-Za-z\d])(?:LTAI|AKID)[A-Za-z\d]{12,40}(?![A-Za-z\d])/g,
  // kubeadm's bootstrap tokens
  /(?<![\w.-])[a-z\d]{6}\.[a-z\d]{16}(?![\w.-])/g,
  // crypt(3), as in /etc/shadow
  /(?<!\w)\$(?:1|2[aby]?|5|6|y|7)\$[\w./$-]{8,200}/g,
]

const NAMES =
  'password|passwd|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key(?:[-_]?id)?|secret[-_]?(?:access[-_]?)?key|private[-_]?key|client[-_]?secret|client[-_]?key-data|client-certificate-data|certificate-authority-data|auth[-_]?token|access[-_]?token|refresh[-_]?token|id[-_]?token|session[-_]?(?:id|key|token)|credentials?|x-api-key|x-auth-token|x-amz-security-token|x-vault-token|signature|sig'
/** `password=…`, `"api_key": "…"`, `MYSQL_PASSWORD: …`, `--token …`, `X-Amz-Signature=…`. */
const GIVEN = new RegExp(
  `(?<![A-Za-z\\d])((?:[\\w-]{0,40}[_-])?(?:${NAMES})["']?(?:\\s{0,3}[:=]\\s{0,3}|(?<=--[\\w-]{1,40})\\s+))(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\\s"',;&)}\\]]{1,2000}))`,
  'gi',
)
/** Everything up to the end of the line, or of the quotes that it stands in. */
const HEADERS =
  /(?<![\w-])((?:Proxy-)?Authorization|Cookie|Set-Cookie2?|X-Forwarded-Client-Cert)(\s{0,3}[:=]\s{0,3})((?:Basic|Bearer|Digest|Negotiate|Token|AWS4-HMAC-SHA256)\s+)?([^"'\r\n]{1,4000})/gi
const BEARER = /(?<!\w)(Bearer|Basic)(\s+)([\w.~+/=-]{8,4000})/gi
/** `https://user:password@host`: who stands in front of the `@` is nobody's business. */
const IN_URL = /([a-z][a-z\d+.-]{1,20}:\/\/)([^\s/:@"']{1,100})(?::([^\s/@"']{1,500}))?@/gi
/** `curl -u user:password`, `mysql -ppassword`, `sshpass -p password`. */
const CURL =
  /(?<=\scurl\s(?:[^|;&]{0,300}\s)?(?:-u|--user|-U|--proxy-user)[ =]?)([^\s:'"]{1,100}):([^\s'"]{1,500})|(?<=^curl\s(?:[^|;&]{0,300}\s)?(?:-u|--user|-U|--proxy-user)[ =]?)([^\s:'"]{1,100}):([^\s'"]{1,500})/g
const MYSQL = /(?<=(?:mysql|mysqldump|mysqladmin)\s[^|;&]{0,300}-p)([^\s'"-][^\s'"]{0,200})/g
const SSHPASS = /(?<=sshpass\s(?:-e\s)?-p\s?)(?:'([^']{1,300})'|"([^"]{1,300})"|([^\s'"]{1,300}))/g
/** Values of a Kubernetes Secret, keys and certificates in one line: long base64 with both cases and figures. */
const BASE64 = /(?<![\w+/=.-])(?=[A-Za-z+/]{0,200}\d)[A-Za-z\d+/_-]{40,100000}={0,2}(?![\w+/=])/g
const TOKEN = /^REDACTED-[A-Z2-7]{8}$/
const HEX_ID = /^(?:sha256[:-])?[\da-f]{12,128}$/

/** Words that stand where a secret would and are none. */
const NO_SECRET =
  /^(?:REDACTED-[A-Z2-7]{8}|true|false|null|none|nil|yes|no|<[^>]*>|\*+|x{3,}|\d{1,4}|string|required|optional|[{[(|>].*|\$\{?\w+\}?|secret|token|password)$/i

export function createSecrets(tokens: Tokens, count: (kind: 'secret' | 'user', original: string) => void): Secrets {
  const token = (secret: string) => {
    if (TOKEN.test(secret)) return secret
    count('secret', secret)
    return `REDACTED-${tokens.letters(`secret ${secret}`, 8)}`
  }
  const given = (secret: string) => (NO_SECRET.test(secret) ? secret : token(secret))
  let inKey = false
  return {
    redact(line) {
      const begins = /-----BEGIN [A-Z\d ]{0,40}(?:PRIVATE KEY|CERTIFICATE|PGP MESSAGE)[A-Z\d ]{0,20}-----/.test(line)
      const ends = /-----END [A-Z\d ]{3,60}-----/.test(line)
      if (begins && !ends) inKey = true
      else if (inKey && !ends) {
        // A fence, a prompt or an empty line: the key was cut.
        if (/^\s*[A-Za-z\d+/=]{1,100}\s*$|^(?:Proc-Type|DEK-Info):/.test(line)) return line.replace(/\S+/, token)
        inKey = false
      }
      if (ends) inKey = false
      if (begins && ends) return token(line)
      if (!MAY_HOLD.test(line)) return line
      let text = line
      for (const shape of SHAPES) text = text.replace(shape, token)
      return text
        .replace(HEADERS, (_, name: string, colon: string, scheme: string | undefined, value: string) => {
          const { secret, rest } = withoutTail(value)
          return `${name}${colon}${scheme ?? ''}${secret === '' ? '' : given(secret)}${rest}`
        })
        .replace(BEARER, (found, scheme: string, gap: string, value: string) =>
          /\d|[A-Z].*[a-z]|=$/.test(value) ? `${scheme}${gap}${given(value)}` : found,
        )
        .replace(IN_URL, (_, scheme: string, user: string, password: string | undefined) => {
          count('user', user)
          const who = TOKEN.test(user) ? user : user === 'x' ? 'x' : `${tokens.name('user', user)}`
          return `${scheme}${/^user-x[a-z]{6}[a-z\d]$/.test(user) ? user : who}${password === undefined ? '' : `:${given(password)}`}@`
        })
        .replace(GIVEN, (_, name: string, double?: string, single?: string, bare?: string) => {
          if (double !== undefined) return `${name}"${given(double)}"`
          return single === undefined ? `${name}${given(bare ?? '')}` : `${name}'${given(single)}'`
        })
        .replace(CURL, (_, user?: string, password?: string, user2?: string, password2?: string) => {
          return `${user ?? user2 ?? ''}:${given(password ?? password2 ?? '')}`
        })
        .replace(MYSQL, given)
        .replace(SSHPASS, (_, a?: string, b?: string, c?: string) => given(a ?? b ?? c ?? ''))
        .replace(BASE64, (found) => (isEncoded(found) ? token(found) : found))
    },
  }
}

/** Both cases and figures, and neither a path nor somebody's id. */
const isEncoded = (word: string): boolean =>
  !HEX_ID.test(word) && /[A-Z]/.test(word) && /[a-z]/.test(word) && /\d[^\d]*\d/.test(word) && !word.startsWith('/')

/** Most lines of sockets and counters hold nothing of the kind: one look decides. */
const MAY_HOLD =
  /pass|pwd|secret|token|key|auth|cookie|cred|session|sig|bearer|basic|:\/\/|eyJ|A[KSGR]IA|AROA|AIDA|AGPA|AIza|LTAI|AKID|gh[pousr]_|github_pat|glpat|npm_|xox|sk[-_]|rk[-_]|pk[-_]|\$\w{1,2}\$|[a-z\d]{6}\.[a-z\d]{16}|[\w+/=-]{40}|curl|mysql/i

/** What the header's value is not: the end of a quoted command line, a remark. */
function withoutTail(value: string): { readonly secret: string; readonly rest: string } {
  const secret = value.trimEnd()
  return { secret, rest: value.slice(secret.length) }
}
