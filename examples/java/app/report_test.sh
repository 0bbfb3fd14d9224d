#!/bin/bash
# Compares the report with what it should be: report_test.sh REPORT EXPECTED.
set -eu

diff "$1" "$2"
echo "the report is as expected"
