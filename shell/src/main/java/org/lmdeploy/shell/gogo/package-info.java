/** The commands in the Felix Gogo shell. */
package org.lmdeploy.shell.gogo;
