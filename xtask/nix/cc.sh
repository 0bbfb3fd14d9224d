# Builder: Clang, lld and LLVM's binutils, which build against $sysroot.
#
#   llvm/      the programs, the shared libraries they need, Clang's resource
#              directory where Clang looks for it
#   bin/       the names a build uses; `cc` and `c++` add the sysroot and link
#              with its dynamic loader
#
# The variable `variant` is here for what it does to the hash of $out.
gcc=16
llvm=/usr/lib/llvm-21
triple=x86_64-linux-gnu
libraries=$sysroot/usr/lib/$triple
loader=$libraries/ld-linux-x86-64.so.2

mkdir -p "$out/bin" "$out/llvm/bin" "$out/llvm/lib"
cp -rL "$llvm/lib/clang" "$out/llvm/lib/clang"

programs="clang lld llvm-ar llvm-nm llvm-objcopy llvm-objdump llvm-dwp llvm-cov
    llvm-profdata llvm-cxxfilt llvm-readobj llvm-size llvm-strings
    llvm-symbolizer"
for program in $programs; do
    cp -L "$llvm/bin/$program" "$out/llvm/bin/$program"
done

ldd "$out"/llvm/bin/* | sed -n 's,.* => \(/[^ ]*\) .*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/llvm/lib/"
    done

# DT_RPATH, unlike DT_RUNPATH, holds for the libraries of libraries too, and
# goes before LD_LIBRARY_PATH.
chmod -R u+w "$out"
for program in "$out"/llvm/bin/*; do
    patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$out/llvm/lib" "$program"
done

link() { ln -s "../llvm/bin/$1" "$out/bin/$2"; }
link lld ld
link lld ld.lld
link llvm-ar ar
link llvm-ar ranlib
link llvm-nm nm
link llvm-objcopy objcopy
link llvm-objcopy strip
link llvm-objdump objdump
link llvm-dwp dwp
link llvm-cov llvm-cov
link llvm-cov gcov
link llvm-profdata llvm-profdata
link llvm-cxxfilt c++filt
link llvm-readobj readelf
link llvm-size size
link llvm-strings strings
link llvm-symbolizer addr2line
link llvm-symbolizer llvm-symbolizer

driver() {
    cat >"$out/bin/$1" <<SCRIPT
#!$shell
exec $out/llvm/bin/clang --driver-mode=$2 \\
  --sysroot=$sysroot --gcc-install-dir=$sysroot/usr/lib/gcc/$triple/$gcc -B$out/bin \\
  --start-no-unused-arguments --dyld-prefix=$sysroot \\
  -Wl,-rpath,$libraries --end-no-unused-arguments "\$@"
SCRIPT
    chmod +x "$out/bin/$1"
}
driver cc gcc
driver c++ g++
ln -s cc "$out/bin/clang"
ln -s c++ "$out/bin/clang++"
