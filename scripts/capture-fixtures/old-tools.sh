#!/bin/sh
# Tools of other releases for capture-fixtures.ts, each with its own libraries: FOLDER/RELEASE/bin/ss and so on.
# Usage: old-tools.sh FOLDER    (Debian, root; then RECVQ_TOOLS=FOLDER node scripts/capture-fixtures.ts)
set -eu
folder=$1
tools='ss nstat ip tc bridge netstat nft conntrack tcpdump ps free vmstat uptime sysctl mpstat toybox nginx redis-server redis-cli
  haproxy lsof ethtool'
packages='iproute2 net-tools procps busybox-static iptables nftables conntrack tcpdump sysstat toybox
  nginx redis-server haproxy lsof ethtool locales'

unpack() { # RELEASE: the packages and all that they need, without installing anything
  root=$folder/$1
  mkdir -p "$root/lists/partial" "$root/archives/partial" "$root/root" "$root/bin"
  : >"$root/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $1 main" >"$root/sources.list"
  set -- -o Dir::State::Lists="$root/lists" -o Dir::State::status="$root/status" -o Dir::Cache::archives="$root/archives" \
    -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root
  apt-get "$@" -qq update
  for package in $packages; do apt-get "$@" -qq --no-install-recommends --download-only -y install "$package" || true; done
  for deb in "$root"/archives/*.deb; do dpkg-deb -x "$deb" "$root/root"; done
}

wrap() { # RELEASE: start each tool by the loader of its own release
  root=$folder/$1/root
  loader=$(find "$root" -name ld-linux-x86-64.so.2 | head -n 1)
  libraries=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu
  for tool in $tools; do
    file=$(find "$root" -path "*bin/$tool" | head -n 1)
    [ -n "$file" ] || continue
    printf '#!/bin/sh\nexport XTABLES_LIBDIR=%s\nexec %s --library-path %s %s "$@"\n' \
      "$root/usr/lib/x86_64-linux-gnu/xtables" "$loader" "$libraries" "$file" >"$folder/$1/bin/$tool"
  done
  for family in iptables ip6tables; do
    for kind in nft legacy; do
      file=$(find "$root" -path "*bin/xtables-$kind-multi" | head -n 1)
      name=$family
      [ $kind = nft ] || name=$family-legacy
      for end in '' -save; do
        printf '#!/bin/sh\nexport XTABLES_LIBDIR=%s\nexec %s --library-path %s %s %s "$@"\n' \
          "$root/usr/lib/x86_64-linux-gnu/xtables" "$loader" "$libraries" "$file" "$family$end" >"$folder/$1/bin/$name$end"
      done
    done
  done
  chmod +x "$folder/$1/bin/"*
  ln -sf "$(find "$root" -path '*bin/busybox' | head -n 1)" "$folder/$1/bin/busybox"
}

mkdir -p "$folder/locales"
for release in bullseye bookworm trixie sid; do
  unpack $release
  wrap $release
done

for locale in zh_CN de_DE fr_FR ja_JP pt_BR; do
  localedef -i $locale -f UTF-8 "$folder/locales/$locale.UTF-8" || true
done
