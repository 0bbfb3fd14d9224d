"""The version of this module, which the helper has to have too."""

VERSION = "0.1.0"
