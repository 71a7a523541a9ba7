/** What the commands tell: the machine, the models, what is wrong. */
package org.lmdeploy.shell.report;
