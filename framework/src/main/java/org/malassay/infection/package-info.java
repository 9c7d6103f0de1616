/**
 * What a login session does to a device, stage by stage: {@link
 * org.malassay.infection.InfectionFold} ties the recorded calls to the commands that were typed,
 * and finds the stages of an infection in them by rules ({@code stages.yaml}).
 */
@NullMarked
package org.malassay.infection;

import org.jspecify.annotations.NullMarked;
