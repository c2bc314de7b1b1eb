"""
cloud-init, loaded once for many calls: each runs in a child of this process, which has loaded all, as a process of its own.

Reads a call a line, as JSON, and says what came of each, as JSON. `arguments` are cloud-init's; or `script` is Python.
`mounts` are pairs OUTSIDE INSIDE for this call alone. What is below `folders` belongs to `owner` afterwards.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

import jsonschema  # noqa: F401
import yaml  # noqa: F401
from cloudinit.cmd.main import main
from cloudinit.cmd.devel import net_convert, parser  # noqa: F401
from cloudinit.config import cc_write_files, schema  # noqa: F401


def work(call):
    if call["mounts"]:
        os.unshare(os.CLONE_NEWNS)
    for outside, inside in call["mounts"]:
        subprocess.run(["mount", "--bind", outside, inside], check=True)
    if "script" in call:
        exec(call["script"], {"__name__": "__main__"})
        return 0
    sys.argv = ["cloud-init", *call["arguments"]]
    return main()


def child(call, out, err):
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    try:
        sys.exit(work(call))
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def text(file):
    file.seek(0)
    return file.read().decode()


def give(folder, owner):
    os.lchown(folder, *owner)
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            os.lchown(os.path.join(where, name), *owner)


for line in sys.stdin:
    call = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            child(call, out, err)
        _, status = os.waitpid(pid, 0)
        for folder in call["folders"]:
            give(folder, call["owner"])
        answer = {"code": os.waitstatus_to_exitcode(status), "stdout": text(out), "stderr": text(err)}
    print(json.dumps(answer), flush=True)
