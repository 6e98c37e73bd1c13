#!/usr/bin/env python3
"""Build hiredis_c.c and run it against the server: hiredis_c.py BINARY PROGRAM-TO-BUILD"""

import subprocess
import sys
from pathlib import Path

from checks import begin
from support import Server

begin()
subprocess.run(["cc", "-O1", str(Path(__file__).with_suffix(".c")), "-o", sys.argv[2], "-lhiredis"], check=True)
with Server(unix=True) as server:
    status = subprocess.run([sys.argv[2], str(server.port), server.path], timeout=60, check=False).returncode
sys.exit(status)
