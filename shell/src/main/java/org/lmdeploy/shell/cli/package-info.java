/** The command line: commands, flags, exit codes. */
package org.lmdeploy.shell.cli;
