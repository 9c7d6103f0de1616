/**
 * What other tools read: ATT&amp;CK Navigator, STIX, MISP and CAPE. Facts about a sample alone:
 * what the simulated Internet answered is none.
 */
@NullMarked
package org.malassay.reports.interop;

import org.jspecify.annotations.NullMarked;
