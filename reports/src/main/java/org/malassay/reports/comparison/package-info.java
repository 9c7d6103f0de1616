/**
 * How environments compare, made of the results of a run alone: what every format that compares
 * them shares. Statistics on paired data, as the same samples are run everywhere.
 */
@NullMarked
package org.malassay.reports.comparison;

import org.jspecify.annotations.NullMarked;
