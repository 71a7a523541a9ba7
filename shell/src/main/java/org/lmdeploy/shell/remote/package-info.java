/** The Felix shell over SSH, for people on this machine only. */
package org.lmdeploy.shell.remote;
