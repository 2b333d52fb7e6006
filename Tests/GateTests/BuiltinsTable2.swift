/// Wrappers, built-ins, functions, variables that change what names run. See `CaseTable`.
let builtinsTable2 = CaseTable(
  ###"""
  bash exact   rm :: trap - EXIT; rm x
  bash exact   rm :: trap '' EXIT; rm x
  bash exact   rm :: trap 'trap "rm x" EXIT' EXIT
  bash exact   rm :: trap -p; rm x
  bash dynamic - :: PS4='$(rm x)' bash -xc :
  bash dynamic - :: set -x; PS4='$(rm x)'; :
  bash dynamic - :: export PS4='$(rm x)'; set -x; :
  bash dynamic - :: env PS4='$(rm x)' bash -xc :
  bash dynamic - :: BASH_ENV=/dev/stdin bash -c : <<< 'rm x'
  bash dynamic - :: set -- rm x; $1 $2
  bash dynamic - :: set -- rm x; "$@"
  bash dynamic - :: set rm x; $@
  bash dynamic - :: set -- rm; $1
  bash dynamic - :: shift; "$@"
  bash dynamic - :: f() { "$1"; }; f rm
  bash dynamic - :: f() { $*; }; f rm x
  bash dynamic - :: f() { shift; "$@"; }; f a rm x
  bash dynamic - :: f() { local c=$1; $c x; }; f rm
  bash dynamic - :: f() { eval "$1"; }; f 'rm x'
  bash dynamic - :: f() { sh -c "$1"; }; f 'rm x'
  bash exact   rm¦f :: f() { command rm x; }; f
  bash exact   rm¦f :: f() { rm x; }; (f)
  bash dynamic - :: f() { rm x; }; $(f)
  bash dynamic - :: f() { rm x; }; export -f f; bash -c f
  bash exact   rm :: f() { rm x; }; unset -f f; rm y
  bash exact   k01¦rm :: rm() { k01; }; rm x
  bash exact   k01¦rm :: rm() { k01; }; command rm x
  bash exact   k01¦rm :: rm() { k01; }; \rm x
  bash exact   k01¦/bin/rm :: rm() { k01; }; /bin/rm x
  bash exact   k01¦env¦rm :: rm() { k01; }; env rm x
  bash exact   k01¦sh¦rm :: rm() { k01; }; sh -c 'rm x'
  bash exact   k01¦rm :: rm() { k01; }; unset -f rm; rm x
  bash exact   k01¦rm :: rm() { k01; }; unset rm; rm x
  bash exact   k01¦rm :: (rm() { k01; }); rm x
  bash exact   rm¦echo :: echo() { rm x; }; echo a
  bash exact   rm¦cd :: cd() { rm x; }; cd /
  bash exact   k01¦eval¦rm :: eval() { k01; }; eval 'rm x'
  bash exact   k01¦eval¦rm :: eval() { k01; }; builtin eval 'rm x'
  bash dynamic - :: sudo() { "$@"; }; sudo rm x
  bash dynamic - :: command_not_found_handle() { rm x; }; nope
  bash dynamic - :: hash -p /bin/rm ls; ls x
  bash dynamic - :: hash -rp /bin/rm ls; ls x
  bash dynamic - :: builtin hash -p /bin/rm ls; ls x
  bash dynamic - :: X=-p; hash $X /bin/rm ls; ls x
  bash dynamic - :: enable -n echo; echo x
  bash dynamic - :: alias ls=rm; shopt -s expand_aliases; ls x
  bash dynamic - :: shopt -s expand_aliases⏎alias ls=rm⏎ls x
  sh   dynamic - :: alias ls=rm⏎ls x
  sh   dynamic - :: alias ls='rm x;'⏎ls
  sh   dynamic - :: A=alias; $A ls=rm⏎ls x
  sh   dynamic - :: eval alias ls=rm⏎ls x
  sh   dynamic - :: command alias ls=rm⏎ls x
  sh   dynamic - :: "alias" ls=rm⏎ls x
  bash dynamic - :: shopt -s expand_aliases; BASH_ALIASES[ls]=rm⏎ls x
  bash dynamic - :: PATH=/tmp; ls
  bash dynamic - :: PATH=$PATH:/tmp; ls
  bash dynamic - :: PATH+=:/tmp ls
  bash dynamic - :: export PATH=/tmp; ls
  bash dynamic - :: declare -x PATH=/tmp; ls
  bash dynamic - :: declare PATH=/tmp; ls
  bash dynamic - :: typeset -x 'PATH=/tmp'; ls
  bash dynamic - :: readonly PATH=/tmp; ls
  bash dynamic - :: f() { local PATH=/tmp; ls; }; f
  bash dynamic - :: P=PATH; export $P=/tmp; ls
  bash dynamic - :: P=PATH; declare $P=/tmp; ls
  bash dynamic - :: P=PATH; printf -v $P /tmp; ls
  bash dynamic - :: P=PATH; read $P <<< /tmp; ls
  bash dynamic - :: P=PATH=/tmp; export $P; ls
  bash dynamic - :: export "P""ATH"=/tmp; ls
  bash dynamic - :: export {PATH,X}=/tmp; ls
  bash dynamic - :: declare -n r=PATH; r=/tmp; ls
  bash dynamic - :: n=PATH; declare -n r=$n; r=/tmp; ls
  bash dynamic - :: n=PATH; declare -n r=n; declare -n s=PATH; s=/tmp; ls
  bash dynamic - :: for PATH in /tmp; do ls; done
  bash dynamic - :: select PATH in /tmp; do ls; break; done <<< 1
  bash dynamic - :: mapfile PATH <<< /tmp; ls
  bash dynamic - :: getopts a PATH -a; ls
  bash exact   ls :: unset PATH; ls
  bash dynamic - :: : ${PATH:=/tmp}; ls
  bash dynamic - :: PATH=; : ${PATH:=/tmp}; ls
  bash dynamic - :: ((PATH=1)); ls
  bash dynamic - :: let PATH=1; ls
  bash dynamic - :: coproc PATH { :; }; ls
  bash dynamic - :: exec {PATH}>f; ls
  bash dynamic - :: PATH[0]=/tmp; ls
  bash dynamic - :: PATH=(/tmp); ls
  bash dynamic - :: declare -a PATH=(/tmp); ls
  bash dynamic - :: env PATH=/tmp ls
  bash dynamic - :: env -i PATH=/tmp ls
  bash dynamic - :: sudo PATH=/tmp ls
  bash exact   PATH=/tmp :: command PATH=/tmp ls
  bash dynamic - :: PATH=/tmp command ls
  bash dynamic - :: PATH=/tmp eval ls
  bash dynamic - :: PATH=/tmp . /dev/null; ls
  bash dynamic - :: LD_PRELOAD=./x ls
  bash dynamic - :: export LD_PRELOAD=./x; ls
  bash dynamic - :: LD_LIBRARY_PATH=. ls
  bash dynamic - :: GIT_SSH_COMMAND='rm x' git fetch
  bash dynamic - :: GIT_PAGER='rm x' git log
  bash dynamic - :: PAGER='rm x' man ls
  bash dynamic - :: EDITOR='rm x' crontab -e
  bash dynamic - :: VISUAL='rm x' git commit
  bash dynamic - :: LESSOPEN='|rm x' less f
  bash dynamic - :: MANPAGER='rm x' man ls
  bash dynamic - :: SHELL=/bin/rm script
  bash dynamic - :: TAR_OPTIONS='--checkpoint-action=exec=rm' tar cf x y
  bash dynamic - :: MAKEFLAGS='SHELL=/bin/rm' make
  bash dynamic - :: PYTHONSTARTUP=x python3 f
  bash dynamic - :: NODE_OPTIONS='-r ./x' node f
  bash dynamic - :: RUBYOPT=-r./x ruby f
  bash dynamic - :: PERL5OPT=-Mx perl f
  bash dynamic - :: PERL5LIB=. perl f
  bash dynamic - :: BROWSER='rm x' xdg-open f
  bash dynamic - :: IFS=/; X=rm/y; $X
  """###)
