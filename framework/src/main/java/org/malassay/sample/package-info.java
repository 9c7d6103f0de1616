/**
 * What is under study: a {@link org.malassay.sample.Corpus} of {@link org.malassay.sample.Sample}s,
 * and what their bytes say without being executed.
 */
@NullMarked
package org.malassay.sample;

import org.jspecify.annotations.NullMarked;
