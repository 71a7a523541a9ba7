/** The cases of the operator test kit, one file for each group of operators. */
package org.lmdeploy.testkit.cases;
