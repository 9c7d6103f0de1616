/**
 * What a sample did, scored by rules: Sigma rules are read, matched against recorded events, and
 * their hits added up to an impact.
 */
@NullMarked
package org.malassay.score;

import org.jspecify.annotations.NullMarked;
