/** The OLMo family (Groeneveld et al., arXiv 2402.00838), as a plugin. */
package org.example.olmo;
