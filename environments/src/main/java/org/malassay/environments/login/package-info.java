/**
 * Login sessions as samples: the programs in a guest that log in, wait, and type
 * (environments/login).
 */
@NullMarked
package org.malassay.environments.login;

import org.jspecify.annotations.NullMarked;
