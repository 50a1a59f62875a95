# Installs what is missing of the three servers from the machine's own configured Debian mirror.

postgres_bin() { ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -1 | xargs -r dirname; }

has_pgvector() { [ -n "$(postgres_bin)" ] && [ -f "$("$(postgres_bin)/pg_config" --sharedir)/extension/vector.control" ]; }

install_servers() {
  local packages=()
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || packages+=(rabbitmq-server)
  [ -x /usr/bin/redis-server ] || packages+=(redis-server)
  [ -n "$(postgres_bin)" ] || packages+=(postgresql)
  if [ ${#packages[@]} = 0 ] && has_pgvector; then return 0; fi

  [ "$(id -u)" = 0 ] || fail "installing needs root: run 'sudo docker/servers.sh install' once"
  exec {install_lock}>/run/llmgateway-install.lock
  flock "$install_lock"
  hold_services
  apt update -q
  if [ ${#packages[@]} -gt 0 ]; then apt install "${packages[@]}"; fi
  has_pgvector || install_pgvector
  release_services
  exec {install_lock}>&-
}

apt() {
  local verb=$1
  shift
  DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=600 "$verb" "$@"
}

# A freshly installed package would start its server, on its usual port and for everybody. Not ours.
hold_services() {
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    held=1
    trap release_services EXIT
  fi
}

release_services() {
  if [ "${held:-}" = 1 ]; then rm -f /usr/sbin/policy-rc.d; fi
  held=
}

# A package where the release has one, else built from the next release's source package.
install_pgvector() {
  local version
  version=$(basename "$(dirname "$(postgres_bin)")")
  if apt-cache show "postgresql-$version-pgvector" >/dev/null 2>&1; then
    apt install "postgresql-$version-pgvector"
  else
    apt install --no-install-recommends dpkg-dev gcc make libc6-dev "postgresql-server-dev-$version"
    build_pgvector
  fi
}

# Own source list and own lists: the machine's sources are neither changed nor mixed with another release's.
build_pgvector() {
  local work release mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  work=$(mktemp -d)
  chmod 755 "$work"
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  case "$release" in
    bookworm) next=trixie ;;
    *) fail "no pgvector package for $release, and its next release is not known here" ;;
  esac
  mirror=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Codename: $release" "Component: main" | head -1)
  [ -n "$mirror" ] || fail "apt knows no mirror for $release"
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb-src [signed-by=$keyring] $mirror $next main" >"$work/sources.list"
  local options=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache")
  apt update "${options[@]}"
  (cd "$work" && apt source "${options[@]}" pgvector)
  # Without instructions of this one processor, as Debian builds it; without bitcode, which would need clang.
  make -s -C "$work"/pgvector-*/ OPTFLAGS= with_llvm=no PG_CONFIG="$(postgres_bin)/pg_config" all install
  rm -rf "$work"
}
