/** JUnit's XML for CI systems, as GitHub's reporters, GitLab and Jenkins read it. */
@NullMarked
package org.malassay.reports.junit;

import org.jspecify.annotations.NullMarked;
