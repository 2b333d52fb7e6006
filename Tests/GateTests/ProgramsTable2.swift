/// Programs that start others, and what must not be mistaken for that. See `CaseTable`.
let programsTable2 = CaseTable(
  ###"""
  bash exact   sudo¦rm :: sudo -uu rm x
  bash exact   sudo¦rm :: sudo -i rm x
  bash exact   sudo¦rm :: sudo -s 'rm x'
  bash exact   sudo¦sh¦rm :: sudo -- sh -c 'rm x'
  bash exact   sudo¦rm :: sudo A=1 B=2 rm x
  bash exact   sudo¦env¦rm :: sudo -E env A=1 rm x
  bash exact   sudo¦rm :: sudo -k rm x
  bash exact   sudo¦rm :: sudo -n -k rm x
  bash exact   sudo :: sudo -v
  bash exact   sudo :: sudo -l rm x
  bash exact   sudo :: sudo -e f
  bash exact   sudo¦rm :: sudo --user u --group=g rm x
  bash exact   sudo¦rm :: sudo --us=u rm x
  bash exact   sudo¦rm :: sudo -ku u rm x
  bash exact   doas¦rm :: doas -u u rm x
  bash exact   su¦rm :: su -c 'rm x'
  bash exact   su¦rm :: su - u -c 'rm x'
  bash exact   su¦rm :: su u -c 'rm x'
  bash dynamic - :: su u -- -c 'rm x'
  bash exact   su¦rm :: su -s /bin/sh -c 'rm x' u
  bash exact   su¦rm :: su --command 'rm x' u
  bash exact   su¦rm :: su -lc 'rm x' u
  bash exact   flock¦rm :: flock f rm x
  bash exact   flock¦rm :: flock -n f rm x
  bash exact   flock¦rm :: flock -w 5 f -c 'rm x'
  bash exact   flock¦rm :: flock f --command 'rm x'
  bash exact   flock¦f :: flock -c f 'rm x'
  bash exact   flock¦sh¦rm :: flock -xn f sh -c 'rm x'
  bash exact   watch¦rm :: watch rm x
  bash exact   watch¦rm :: watch -n1 -d rm x
  bash exact   watch¦rm :: watch -x rm x
  bash exact   script¦rm :: script -c 'rm x' /dev/null
  bash exact   script¦rm :: script -qc 'rm x' /dev/null
  bash exact   script¦rm :: script /dev/null -c 'rm x'
  bash exact   script¦rm :: script -q /dev/null --command 'rm x'
  bash exact   strace¦rm :: strace -f rm x
  bash exact   strace¦rm :: strace -o f -e trace=all rm x
  bash exact   strace¦rm :: strace -p 1 rm x
  bash exact   taskset¦rm :: taskset 1 rm x
  bash exact   taskset¦rm :: taskset -c 0 rm x
  bash exact   chrt¦rm :: chrt -o 0 rm x
  bash exact   chrt¦rm :: chrt 0 rm x
  bash exact   ionice¦rm :: ionice -c 3 rm x
  bash exact   ionice¦rm :: ionice -c3 -n 1 rm x
  bash exact   setsid¦rm :: setsid -w rm x
  bash exact   setsid¦rm :: setsid rm x
  bash exact   unshare¦rm :: unshare -r rm x
  bash exact   unshare¦rm :: unshare -- rm x
  bash exact   nsenter¦rm :: nsenter -t 1 -a rm x
  bash exact   chroot¦rm :: chroot / rm x
  bash exact   setarch¦rm :: setarch -R rm x
  bash exact   setarch¦rm :: setarch x86_64 -R rm x
  bash exact   linux32¦rm :: linux32 rm x
  bash exact   prlimit¦rm :: prlimit --nofile=10 rm x
  bash exact   prlimit¦rm :: prlimit -n10 rm x
  bash exact   choom¦rm :: choom -n 1 -- rm x
  bash exact   choom¦rm :: choom -n 1 rm x
  bash exact   setpriv¦rm :: setpriv --no-new-privs rm x
  bash exact   setpriv¦rm :: setpriv --nnp --reuid=1 rm x
  bash exact   bwrap¦rm :: bwrap --bind / / rm x
  bash exact   bwrap¦rm :: bwrap --dev-bind / / --proc /proc -- rm x
  bash exact   bwrap¦rm :: bwrap --unshare-all --bind / / rm x
  bash exact   docker¦rm :: docker run -it --rm img rm x
  bash exact   docker¦rm¦x :: docker run --entrypoint rm img x
  bash exact   docker¦rm :: docker exec -it c rm x
  bash exact   docker¦sh¦rm :: docker exec -u root c sh -c 'rm x'
  bash exact   docker¦rm :: docker compose run --no-deps svc rm x
  bash exact   docker¦rm :: docker compose exec -T svc rm x
  bash exact   docker¦rm :: docker run -v a:b -e X=1 --name n img rm x
  bash exact   kubectl¦rm :: kubectl exec p -- rm x
  bash exact   kubectl¦sh¦rm :: kubectl exec -it p -c c -- sh -c 'rm x'
  bash exact   npx¦rm :: npx rm x
  bash exact   npx¦rm :: npx -y rm x
  bash exact   npx¦rm :: npx -p a rm x
  bash exact   npx¦rm :: npx --package a -c 'rm x'
  bash exact   npm¦rm :: npm exec -- rm x
  bash exact   npm¦rm :: npm exec --call='rm x'
  bash exact   yarn¦rm :: yarn dlx rm x
  bash exact   pnpm¦rm :: pnpm dlx rm x
  bash exact   uv¦rm :: uv run --with a rm x
  bash exact   uv¦rm :: uv run --project . rm x
  bash exact   poetry¦rm :: poetry run rm x
  bash exact   bundle¦rm :: bundle exec rm x
  bash dynamic - :: make SHELL=/bin/rm
  bash dynamic - :: make --eval='all:;rm x'
  bash dynamic - :: make -f - <<< 'all:;rm x'
  bash dynamic - :: echo 'all:;rm x' | make -f-
  bash exact   fd¦rm :: fd -x rm
  bash exact   fd¦rm :: fd . -X rm
  bash exact   fd¦rm :: fd --exec rm
  bash dynamic - :: fd --exec=rm
  bash exact   rg¦rm :: rg --pre rm x
  bash exact   man¦rm :: man -P 'rm x' ls
  bash exact   man¦rm :: man --pager='rm x' ls
  bash exact   zip¦rm :: zip -TT 'rm x' -T a b
  bash dynamic - :: vim -c ':!rm x'
  bash dynamic - :: vim +'!rm x'
  bash dynamic - :: ex -s +'!rm x' +q
  bash dynamic - :: ed -s <<< '!rm x'
  bash exact   tmux¦rm :: tmux new-session -d 'rm x'
  bash dynamic - :: screen -dm rm x
  bash dynamic - :: at now <<< 'rm x'
  bash dynamic - :: crontab - <<< '* * * * * rm x'
  bash dynamic - :: gdb -ex '!rm x'
  bash dynamic - :: sqlite3 x '.shell rm x'
  bash dynamic - :: sqlite3 x <<< '.shell rm x'
  bash dynamic - :: psql -c '\! rm x'
  bash dynamic - :: dc <<< '!rm x'
  bash dynamic - :: m4 <<< 'syscmd(rm x)'
  bash dynamic - :: expect -c 'spawn rm x'
  bash exact   socat¦rm :: socat - EXEC:'rm x'
  bash exact   socat¦rm :: socat - exec:'rm x',pty
  bash exact   nc¦rm :: nc -e rm h 1
  bash dynamic - :: less +'!rm x' f
  bash exact   find¦entr¦rm :: find . | entr rm x
  bash exact   ip¦rm :: ip netns exec n rm x
  bash exact   systemd-run¦rm :: systemd-run rm x
  bash exact   systemd-run¦rm :: systemd-run --user -p X=1 rm x
  bash dynamic - :: run-parts /etc
  bash exact   run-parts :: run-parts --list /etc
  bash exact   sh¦rm :: sh +ec 'rm x'
  bash dynamic - :: sh +s f
  bash dynamic - :: ENV=f sh -i -c :
  bash dynamic - :: for ENV in f; do sh -i; done
  bash exact   sh¦make :: ENV=production sh -c make
  bash exact   dbus-run-session¦rm :: dbus-run-session -- rm x
  bash exact   xvfb-run¦rm :: xvfb-run -a rm x
  bash exact   fakeroot¦rm :: fakeroot rm x
  bash exact   fakeroot¦rm :: fakeroot -- rm x
  bash exact   ssh-agent¦rm :: ssh-agent rm x
  bash exact   ssh-agent¦sh¦rm :: ssh-agent sh -c 'rm x'
  bash exact   sshpass¦ssh¦rm :: sshpass -p x ssh h rm x
  bash exact   valgrind¦rm :: valgrind rm x
  bash dynamic - :: perf stat rm x
  bash exact   -f :: time -f %e rm x
  bash exact   /usr/bin/time¦rm :: /usr/bin/time -v rm x
  bash exact   /usr/bin/time¦rm :: /usr/bin/time -o f -a rm x
  bash exact   tini¦rm :: tini -- rm x
  bash exact   catatonit¦rm :: catatonit -- rm x
  bash exact   chronic¦rm :: chronic rm x
  bash dynamic - :: zsh -c 'rm x'
  bash dynamic - :: fish -c 'rm x'
  bash exact   ksh¦rm :: ksh -c 'rm x'
  bash exact   dash¦rm :: dash -c 'rm x'
  bash dynamic - :: pwsh -c 'rm x'
  bash exact   hyperfine¦rm :: hyperfine 'rm x'
  bash exact   torsocks¦rm :: torsocks rm x
  bash exact   unbuffer¦rm :: unbuffer rm x
  bash exact   gosu¦rm :: gosu u rm x
  bash exact   su-exec¦rm :: su-exec u rm x
  bash exact   pkexec¦rm :: pkexec rm x
  bash exact   lxc¦rm :: lxc exec c -- rm x
  bash exact   direnv¦rm :: direnv exec . rm x
  bash exact   nix-shell¦rm :: nix-shell --run 'rm x'
  """###)
