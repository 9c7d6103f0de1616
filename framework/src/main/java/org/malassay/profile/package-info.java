/**
 * Which system calls a service may make, as far as its files tell, and what a profile made of that
 * lets through and stops. On {@code elf} and {@code files} only: nothing is executed, and no
 * content of a file is an error.
 *
 * <p>{@link org.malassay.profile.StaticCalls} reads a program for 32-bit ARM with its libraries.
 * The code is decoded by code of the project's own, the few forms that matter in ARM and Thumb-2;
 * {@code objdump} is the cross-check of its tests. What a call's number may be is found by walking
 * back from each {@code svc}, over branches, stack slots and callers; what is not found is told,
 * with its place, and is never silently nothing.
 *
 * <p>{@link org.malassay.profile.ServiceProfile} is the union with what was seen at run time,
 * {@link org.malassay.profile.ProfileFigures} what it is worth, {@link
 * org.malassay.profile.ProfileFormats} the files for Docker, systemd, and a library that sets the
 * filter.
 */
@NullMarked
package org.malassay.profile;

import org.jspecify.annotations.NullMarked;
