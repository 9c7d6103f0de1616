/**
 * The interpreter and libraries that a sample needs and its guest lacks: what a loader would look
 * for, what the guest has, and where the rest comes from.
 */
@NullMarked
package org.malassay.environments.libraries;

import org.jspecify.annotations.NullMarked;
