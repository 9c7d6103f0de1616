/** Asks a web service for its page, and reads what it answers. */
@NullMarked
package org.malassay.environments.web;

import org.jspecify.annotations.NullMarked;
