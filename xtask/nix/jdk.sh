# Builder: a JDK of Debian's with the libraries and the loader that it needs.
#
#   lib/openjdk/   the JDK, its links into /etc and /usr replaced by what they point to
#   lib/           glibc with its loader, and what the JDK's own libraries want
#
# The variable `release` says which one.
jvm=/usr/lib/jvm/java-$release-openjdk-amd64
home=$out/lib/openjdk

mkdir -p "$home"
tar -C "$jvm" --exclude=./docs --exclude=./legal --exclude=./lib/src.zip --exclude=./man \
    --exclude=./lib/security/cacerts -c . | tar -C "$home" -x
find "$home" -type l | while read -r link; do
    target=$(readlink -f "$jvm/${link#"$home"/}")
    rm "$link"
    cp -rL "$target" "$link"
done
chmod -R u+w "$out"

# The JDK's own programs and libraries, as it is a few names that are no ELF files.
elf() { find "$home/bin" "$home/lib" -type f \( -perm /111 -o -name '*.so' \); }

elf | while read -r file; do
    ldd "$file" 2>/dev/null || true
done | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | grep -v "^$jvm\|^$home" | sort -u |
    while read -r library; do
        cp -L "$library" "$out/lib/"
    done

elf | while read -r file; do
    # Fails on what is no ELF file, and on libraries, which have no interpreter.
    patchelf --set-interpreter "$out/lib/ld-linux-x86-64.so.2" "$file" 2>/dev/null || true
    patchelf --force-rpath --set-rpath "$home/lib:$home/lib/server:$out/lib" "$file" 2>/dev/null || true
done

# The archive of classes that makes a JVM start fast is taken only where it was made
# for files of this very time, and the store sets all times to one second.
find "$home" -exec touch -h -d @1 {} +
"$home/bin/java" -Xshare:dump >/dev/null
