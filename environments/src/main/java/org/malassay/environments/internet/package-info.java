/**
 * An Internet that is not one. A guest's network ends in a namespace of its own, in which every
 * address is there; {@code environments/internet} is the program that makes it and tells in frames
 * what the guest says to whom. Here it is answered, by rules that are data, and told as events.
 *
 * <p>Everything that a guest says is hostile: every length, count and rate here is bounded.
 */
@NullMarked
package org.malassay.environments.internet;

import org.jspecify.annotations.NullMarked;
