/// Every construct of the grammar, with a program where only a right reading finds it. See `CaseTable`.
let grammarTable1 = CaseTable(
  ###"""
  bash exact   rm :: echo "${U:-"}"}"; rm x; echo "}"
  sh   exact   rm :: echo "${U:-"}"}"; rm x; echo "}"
  bash exact   rm :: echo ${U:-"}"}; rm x
  sh   exact   rm :: echo ${U:-"}"}; rm x
  bash exact   rm :: echo "${U:-"'}'"}"; rm x #'}"
  sh   exact   rm :: echo "${U:-"'}'"}"; rm x #'}"
  bash exact   rm :: echo "${U:-\}}"; rm x
  sh   exact   rm :: echo "${U:-\}}"; rm x
  bash exact   rm :: echo "${U:-$(echo })}"; rm x
  sh   exact   rm :: echo "${U:-$(echo })}"; rm x
  bash exact   rm :: echo "${U:-`echo }`}"; rm x
  sh   exact   rm :: echo "${U:-`echo }`}"; rm x
  bash exact   rm :: echo ${U:-'}'}; rm x
  sh   exact   rm :: echo ${U:-'}'}; rm x
  bash exact   rm :: echo ${U:-\'}; rm x #'}
  sh   exact   rm :: echo ${U:-\'}; rm x #'}
  bash exact   rm :: echo "${U:-\'}"; rm x #'}"
  sh   exact   rm :: echo "${U:-\'}"; rm x #'}"
  bash exact   rm :: echo "${U#\'}"; rm x #'}"
  sh   exact   rm :: echo "${U#\'}"; rm x #'}"
  bash exact   rm :: echo "${U%'}'}"; rm x
  sh   exact   rm :: echo "${U%'}'}"; rm x
  bash refused - :: cat <<E⏎${U:-'}⏎E⏎rm x #'}
  sh   exact   cat¦rm :: cat <<E⏎${U:-'}⏎E⏎rm x #'}
  bash refused - :: cat <<E⏎${U:-"}⏎E⏎rm x #"}
  sh   refused - :: cat <<E⏎${U:-"}⏎E⏎rm x #"}
  bash exact   cat¦rm :: cat <<E⏎${U:-"}"}⏎E⏎rm x
  sh   exact   cat¦rm :: cat <<E⏎${U:-"}"}⏎E⏎rm x
  bash exact   cat¦rm :: cat <<E⏎${U:-'}'}⏎E⏎rm x
  sh   exact   cat¦rm :: cat <<E⏎${U:-'}'}⏎E⏎rm x
  bash refused - :: cat <<E⏎${U#'}⏎E⏎rm x #'}
  sh   refused - :: cat <<E⏎${U#'}⏎E⏎rm x #'}
  bash exact   cat :: cat <<E⏎${U#'$(rm x)'}⏎E
  sh   exact   cat :: cat <<E⏎${U#'$(rm x)'}⏎E
  bash exact   rm¦cat :: cat <<E⏎${U:-'$(rm x)'}⏎E
  sh   exact   rm¦cat :: cat <<E⏎${U:-'$(rm x)'}⏎E
  bash exact   rm¦cat :: cat <<E⏎"$(rm x)"⏎E
  sh   exact   rm¦cat :: cat <<E⏎"$(rm x)"⏎E
  bash exact   rm¦cat :: cat <<E⏎'$(rm x)'⏎E
  sh   exact   rm¦cat :: cat <<E⏎'$(rm x)'⏎E
  bash exact   cat :: cat <<E⏎\$(rm x)⏎E
  sh   exact   cat :: cat <<E⏎\$(rm x)⏎E
  bash exact   rm¦cat :: cat <<E⏎\\$(rm x)⏎E
  sh   exact   rm¦cat :: cat <<E⏎\\$(rm x)⏎E
  bash exact   rm¦cat :: cat <<E⏎$\⏎(rm x)⏎E
  sh   exact   rm¦cat :: cat <<E⏎$\⏎(rm x)⏎E
  bash exact   cat¦rm¦E :: cat <<E⏎E\⏎⏎rm x⏎E
  sh   exact   cat¦rm¦E :: cat <<E⏎E\⏎⏎rm x⏎E
  bash exact   cat :: cat <<E⏎foo\⏎E⏎rm x⏎E
  sh   exact   cat :: cat <<E⏎foo\⏎E⏎rm x⏎E
  bash exact   cat¦rm :: cat <<E⏎\E⏎E⏎rm x
  sh   exact   cat¦rm :: cat <<E⏎\E⏎E⏎rm x
  bash exact   cat¦rm¦E :: cat <<\E⏎foo\⏎E⏎rm x⏎E
  sh   exact   cat¦rm¦E :: cat <<\E⏎foo\⏎E⏎rm x⏎E
  bash exact   cat¦rm :: cat <<'E F'⏎foo⏎E F⏎rm x
  sh   exact   cat¦rm :: cat <<'E F'⏎foo⏎E F⏎rm x
  bash exact   cat¦rm :: cat <<"E"F⏎foo⏎EF⏎rm x
  sh   exact   cat¦rm :: cat <<"E"F⏎foo⏎EF⏎rm x
  bash exact   cat¦rm :: cat <<-E⏎⇥⇥foo⏎⇥E⏎rm x
  sh   exact   cat¦rm :: cat <<-E⏎⇥⇥foo⏎⇥E⏎rm x
  bash exact   rm¦cat :: cat <<- E⏎⇥$(rm x)⏎⇥E
  sh   exact   rm¦cat :: cat <<- E⏎⇥$(rm x)⏎⇥E
  bash exact   cat :: cat <<-E⏎foo\⏎⇥E⏎rm x⏎E
  sh   exact   cat :: cat <<-E⏎foo\⏎⇥E⏎rm x⏎E
  bash exact   cat¦rm :: cat <<E; rm x⏎E
  sh   exact   cat¦rm :: cat <<E; rm x⏎E
  bash exact   cat¦rm :: cat <<E | (rm x⏎foo⏎E⏎)
  sh   exact   cat¦rm :: cat <<E | (rm x⏎foo⏎E⏎)
  bash exact   cat¦rm :: cat <<E && { rm x; }⏎foo⏎E
  sh   exact   cat¦rm :: cat <<E && { rm x; }⏎foo⏎E
  bash exact   rm¦cat :: cat <<E $(rm x⏎)⏎foo⏎E
  sh   exact   rm¦cat :: cat <<E $(rm x⏎)⏎foo⏎E
  bash exact   rm¦cat :: cat <<E `rm x⏎`⏎foo⏎E
  sh   exact   rm¦cat :: cat <<E `rm x⏎`⏎foo⏎E
  bash exact   cat¦rm :: cat <<E "a⏎b"; rm x⏎foo⏎E
  sh   exact   cat¦rm :: cat <<E "a⏎b"; rm x⏎foo⏎E
  bash dynamic - :: $(cat <<E⏎rm⏎E⏎) x
  sh   dynamic - :: $(cat <<E⏎rm⏎E⏎) x
  bash dynamic - :: $(cat <<E⏎rm⏎E⏎)
  sh   dynamic - :: $(cat <<E⏎rm⏎E⏎)
  bash exact   cat :: cat <<E⏎$(cat <<F⏎rm⏎F⏎)⏎E
  sh   exact   cat :: cat <<E⏎$(cat <<F⏎rm⏎F⏎)⏎E
  bash exact   rm¦cat :: cat <<E⏎`cat <<F⏎$(rm x)⏎F⏎`⏎E
  sh   exact   rm¦cat :: cat <<E⏎`cat <<F⏎$(rm x)⏎F⏎`⏎E
  bash refused - :: cat <<`a`⏎x⏎`a`⏎rm x
  sh   refused - :: cat <<`a`⏎x⏎`a`⏎rm x
  bash refused - :: cat <<$a⏎x⏎$a⏎rm x
  sh   refused - :: cat <<$a⏎x⏎$a⏎rm x
  bash exact   cat¦rm :: cat <<""⏎x⏎⏎rm x
  sh   exact   cat¦rm :: cat <<""⏎x⏎⏎rm x
  bash exact   cat¦rm :: cat <<''⏎⏎rm x
  sh   exact   cat¦rm :: cat <<''⏎⏎rm x
  bash exact   cat¦rm :: cat <<E#c⏎x⏎E#c⏎rm x
  sh   exact   cat¦rm :: cat <<E#c⏎x⏎E#c⏎rm x
  bash exact   cat¦rm :: cat <<E>f⏎x⏎E⏎rm x
  sh   exact   cat¦rm :: cat <<E>f⏎x⏎E⏎rm x
  bash exact   cat¦a¦rm :: cat <<E;a⏎E⏎rm x
  sh   exact   cat¦a¦rm :: cat <<E;a⏎E⏎rm x
  bash exact   cat¦rm :: if cat <<E; then rm x; fi⏎E
  sh   exact   cat¦rm :: if cat <<E; then rm x; fi⏎E
  bash exact   cat¦rm :: for i in 1; do cat <<E; done; rm x⏎E
  sh   exact   cat¦rm :: for i in 1; do cat <<E; done; rm x⏎E
  bash exact   k01¦cat¦f¦rm :: f() { cat <<E; }; f; rm x⏎$(k01)⏎E
  sh   exact   k01¦cat¦f¦rm :: f() { cat <<E; }; f; rm x⏎$(k01)⏎E
  bash exact   cat¦rm :: case a in a) cat <<E;; esac; rm x⏎E
  sh   exact   cat¦rm :: case a in a) cat <<E;; esac; rm x⏎E
  bash exact   cat¦rm :: (cat <<E); rm x⏎E
  sh   exact   cat¦rm :: (cat <<E); rm x⏎E
  bash exact   cat¦rm :: { cat <<E⏎E⏎}; rm x
  sh   exact   cat¦rm :: { cat <<E⏎E⏎}; rm x
  bash exact   rm :: echo $((1 + 1⏎)); rm x
  sh   exact   rm :: echo $((1 + 1⏎)); rm x
  bash exact   rm :: echo $(( 1 # 2 ))⏎rm x
  sh   exact   rm :: echo $(( 1 # 2 ))⏎rm x
  bash exact   rm¦a :: a(){ rm x; };a
  sh   exact   rm¦a :: a(){ rm x; };a
  bash exact   rm¦a :: a () ( rm x ); a
  sh   exact   rm¦a :: a () ( rm x ); a
  bash exact   rm¦a :: a() { :; } >f$(rm x); a
  sh   exact   rm¦a :: a() { :; } >f$(rm x); a
  bash exact   rm¦a :: a()⏎⏎⏎{ rm x; }; a
  sh   exact   rm¦a :: a()⏎⏎⏎{ rm x; }; a
  sh   exact   rm¦a :: a() rm x; a
  sh   exact   rm¦a :: a() if :; then rm x; fi; a
  bash exact   rm¦k01 :: if(rm x)then(k01)fi
  sh   exact   rm¦k01 :: if(rm x)then(k01)fi
  bash exact   rm¦k01 :: while(rm x;false)do(k01)done
  sh   exact   rm¦k01 :: while(rm x;false)do(k01)done
  bash exact   rm :: for i in a;do rm x;done
  sh   exact   rm :: for i in a;do rm x;done
  bash exact   rm :: for i⏎in a b⏎do rm x⏎done
  sh   exact   rm :: for i⏎in a b⏎do rm x⏎done
  bash exact   rm :: for i in a b # c⏎do rm x; done
  sh   exact   rm :: for i in a b # c⏎do rm x; done
  bash exact   rm :: for i do rm x; done
  sh   exact   rm :: for i do rm x; done
  bash exact   rm :: for i; do rm x; done
  sh   exact   rm :: for i; do rm x; done
  bash exact   rm :: set -- a; for i⏎do rm x; done
  sh   exact   rm :: set -- a; for i⏎do rm x; done
  bash exact   rm :: case a in (a) rm x;; esac
  sh   exact   rm :: case a in (a) rm x;; esac
  bash exact   rm :: case a in a) rm x; esac
  sh   exact   rm :: case a in a) rm x; esac
  bash refused - :: case a in⏎⏎a⏎)⏎rm x⏎esac
  sh   refused - :: case a in⏎⏎a⏎)⏎rm x⏎esac
  bash exact   rm :: case a in a|b ) rm x ;; esac
  sh   exact   rm :: case a in a|b ) rm x ;; esac
  bash refused - :: case esac in esac) rm x;; esac
  sh   refused - :: case esac in esac) rm x;; esac
  bash exact   rm :: case esac in (esac) rm x;; esac
  sh   exact   rm :: case esac in (esac) rm x;; esac
  bash exact   k01¦rm :: case a in if) k01;; a) rm x;; esac
  sh   exact   k01¦rm :: case a in if) k01;; a) rm x;; esac
  bash exact   rm¦k01 :: case $(rm x) in *) k01;; esac
  sh   exact   rm¦k01 :: case $(rm x) in *) k01;; esac
  bash exact   rm¦k01 :: case a in $(rm x)) :;; *) k01;; esac
  sh   exact   rm¦k01 :: case a in $(rm x)) :;; *) k01;; esac
  bash exact   k01¦rm :: case a in a) k01;& b) rm x;; esac
  bash exact   k01¦rm :: case a in a) k01;;& a) rm x;; esac
  bash exact   rm :: ! rm x
  sh   exact   rm :: ! rm x
  bash exact   rm :: ! ! rm x
  sh   exact   rm :: ! ! rm x
  bash exact   rm :: !⇥rm x
  sh   exact   rm :: !⇥rm x
  bash exact   rm :: { rm x;}
  sh   exact   rm :: { rm x;}
  bash refused - :: {rm x;}
  sh   refused - :: {rm x;}
  """###)
