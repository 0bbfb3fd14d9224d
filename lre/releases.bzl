"""Release binaries of this version; filled in by the release workflow, empty between releases."""

# "ARCH-OS" as rctx.os has them, to struct(url, sha256).
RELEASES = {}
