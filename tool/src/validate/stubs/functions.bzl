"""The functions of a BUILD file that do more than to be called: https://bazel.build/reference/be/functions."""

def _exporting(record, exports):
    def exports_files(srcs, visibility = None):
        record({"export": srcs})
        exports(visibility = visibility)

    return exports_files

exports_files = _exporting(record, exports)

def licenses(license_types):
    pass

def select(x, no_match_error = ""):
    # Stands for a whole value; the branches are checked, the conditions are not.
    return {"select": x}
