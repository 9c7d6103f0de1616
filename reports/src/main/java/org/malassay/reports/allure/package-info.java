/**
 * Results for Allure 2. Whatever comes from a sample is printable text, and escaped where Allure
 * takes HTML.
 */
@NullMarked
package org.malassay.reports.allure;

import org.jspecify.annotations.NullMarked;
