/** One way to ask the web service of a guest, and to read what it answers. */
@NullMarked
package org.malassay.environments.web;

import org.jspecify.annotations.NullMarked;
