/** Conversations on a terminal or through a pipe. */
package org.lmdeploy.shell.chat;
