/**
 * Defences of a guest's system, by which what a remote login may do is limited: {@code
 * -Denv=raspbian+loginguard}. {@link org.malassay.environments.defence.GuestDefences} lists them;
 * what they consist of lies in {@code environments/defence}; {@link
 * org.malassay.environments.defence.DefenceCheck} judges whether one does what it is for. They are
 * put into machines by {@link org.malassay.environments.machine}.
 */
@NullMarked
package org.malassay.environments.defence;

import org.jspecify.annotations.NullMarked;
