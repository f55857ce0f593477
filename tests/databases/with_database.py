# SPDX-License-Identifier: Apache-2.0
"""with_database.py KIND -- COMMAND: runs the command while a database server of the kind is up."""
import sys

import servers

sys.exit(servers.main(sys.argv[1:]))
