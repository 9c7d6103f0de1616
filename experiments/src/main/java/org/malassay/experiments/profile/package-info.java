/**
 * The study {@code mvn test -Dprofile=SERVICE}: which system calls a service may make, seen under
 * workloads and read from its files, and what a profile made of both lets through and stops.
 */
@NullMarked
package org.malassay.experiments.profile;

import org.jspecify.annotations.NullMarked;
