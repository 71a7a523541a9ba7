/**
 * The commands of the platform, offered twice: as {@code ./lmdeploy …} and in the Felix Gogo shell
 * as {@code lmdeploy:…}.
 */
package org.lmdeploy.shell;
