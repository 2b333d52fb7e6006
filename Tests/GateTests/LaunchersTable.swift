/// Launchers, terminals, emulators and options that are code. See `CaseTable`.
let launchersTable = CaseTable(
  ###"""
  bash exact   sem¦rm :: sem -j 4 --id x rm x
  bash exact   gdb¦rm :: gdb --args rm x
  bash exact   cmake¦rm :: cmake -E env --unset=A B=c rm x
  bash exact   cmake¦rm :: cmake -E time rm x
  bash exact   conda¦rm :: conda run -n env rm x
  bash exact   openvt¦rm :: openvt -c 5 -- rm x
  bash exact   start-stop-daemon¦rm :: start-stop-daemon --start --exec rm
  bash exact   capsh¦bash¦rm :: capsh --drop=all -- -c 'rm x'
  bash exact   podman¦rm :: podman unshare rm x
  bash exact   pee¦rm¦cat :: pee 'rm x' cat
  bash exact   hyperfine¦ls¦rm :: hyperfine ls 'rm x'
  bash exact   dtach¦rm :: dtach -c s -z rm x
  bash exact   abduco¦rm :: abduco -c s rm x
  bash exact   daemonize¦rm :: daemonize -c / rm x
  bash exact   runcon¦rm :: runcon -t x rm x
  bash exact   runcon¦rm :: runcon a:b:c rm x
  bash exact   fakechroot¦rm :: fakechroot -s rm x
  bash exact   proot¦rm :: proot -r / rm x
  bash exact   trickle¦rm :: trickle -d 10 rm x
  bash exact   torify¦rm :: torify rm x
  bash exact   sg¦rm :: sg root -c 'rm x'
  bash exact   sg¦rm :: sg root 'rm x'
  bash exact   dpkg¦rm :: dpkg --pre-invoke='rm x' -i y
  bash exact   dpkg-architecture¦rm :: dpkg-architecture -c rm x
  bash exact   lxc-attach¦rm :: lxc-attach -n c -- rm x
  bash exact   machinectl¦rm :: machinectl -q shell c rm x
  bash exact   systemd-nspawn¦rm :: systemd-nspawn -D d rm x
  bash exact   ld-linux-x86-64.so.2¦rm :: ld-linux-x86-64.so.2 --library-path /l rm x
  bash exact   install¦rm :: install -s --strip-program=rm a b
  bash exact   cpio¦rm :: cpio --rsh-command=rm
  bash exact   konsole¦rm :: konsole -e rm x
  bash exact   xterm¦rm :: xterm -fg red -e rm x
  bash exact   gnome-terminal¦rm :: gnome-terminal --tab -- rm x
  bash exact   watchexec¦rm :: watchexec -e rs -- rm x
  bash exact   nodemon¦rm :: nodemon --exec 'rm x'
  bash exact   nix¦rm :: nix develop .#x -c rm x
  bash exact   guix¦rm :: guix shell a b -- rm x
  bash exact   rbenv¦rm :: rbenv exec rm x
  bash exact   op¦rm :: op run --env-file=e -- rm x
  bash exact   aws-vault¦rm :: aws-vault exec p -- rm x
  bash exact   aws-vault¦rm :: aws-vault exec -d 1h p rm x
  bash exact   chamber¦rm :: chamber exec a b -- rm x
  bash exact   doppler¦rm :: doppler run -p x -- rm x
  bash exact   doppler¦rm :: doppler run --command='rm x'
  bash exact   dotenvx¦rm :: dotenvx run -f e -- rm x
  bash exact   dotenv¦rm :: dotenv -e .env -- rm x
  bash exact   sops¦rm :: sops exec-env f 'rm x'
  bash exact   vagrant¦rm :: vagrant ssh -c 'rm x'
  bash exact   gcloud¦rm :: gcloud compute ssh h --command='rm x'
  bash exact   run0¦rm :: run0 -u root rm x
  bash exact   s6-setuidgid¦rm :: s6-setuidgid u rm x
  bash exact   qemu-x86_64¦rm :: qemu-x86_64 -L / rm x
  bash exact   qemu-arm-static¦rm :: qemu-arm-static rm x
  sh   exact   qemu-img :: qemu-img create x 1
  sh   exact   qemu-system-arm :: qemu-system-arm -M virt
  bash exact   rr¦rm :: rr record -n rm x
  bash exact   gprofng¦rm :: gprofng collect app -o d rm x
  bash exact   heaptrack¦rm :: heaptrack -o f rm x
  bash exact   uv¦rm :: uv tool run rm x
  bash exact   uvx¦rm :: uvx --from a rm x
  bash exact   git¦rm :: git instaweb --httpd='rm x'
  bash exact   git¦rm :: git svn clone --authors-prog='rm x' u
  bash exact   git¦rm :: git daemon --access-hook=rm
  bash dynamic git :: git --config-env=core.pager=X log
  bash exact   git :: git --config-env=user.name=X log
  bash dynamic rpm :: rpm --eval '%(rm x)'
  bash dynamic gcc :: gcc -wrapper rm,x y.c
  bash dynamic apt-get :: apt-get -o APT::Update::Pre-Invoke::='rm x' update
  bash dynamic lftp :: lftp -c '!rm x'
  bash dynamic rename :: rename 's/a/b/e' y
  bash dynamic bpftrace :: bpftrace -e 'BEGIN { system("rm x") }'
  bash dynamic mysql :: mysql -e 'select 1; system rm x'
  bash exact   mysql :: mysql -e 'select system from t'
  bash dynamic ansible :: ansible all -m shell -a 'rm x'
  bash dynamic chamber :: chamber exec a $X rm
  sh   exact   gcc :: gcc -O2 -o x y.c
  sh   exact   apt-get :: apt-get install -y x
  sh   exact   conda :: conda install x
  sh   exact   podman :: podman pull x
  """###)
