/**
 * Where samples run: the interfaces that an environment implements, and what a guest tells of an
 * execution.
 */
@NullMarked
package org.malassay.environment;

import org.jspecify.annotations.NullMarked;
