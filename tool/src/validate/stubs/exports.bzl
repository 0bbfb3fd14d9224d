"""What functions.bzl makes exports_files of, which no file finds by this name."""

exports = function("exports_files", {
    "visibility": attr_visibility(),
})
