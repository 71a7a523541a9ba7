/** What the machine can do at best: reading memory, multiplying and adding. */
package org.lmdeploy.benchmark.ceiling;
