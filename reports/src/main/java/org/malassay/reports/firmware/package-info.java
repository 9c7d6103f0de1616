/**
 * What comes out of a survey of firmware images: {@code survey.csv} and {@code programs.csv},
 * {@code firmware.html}, {@code survey.json}, a bill of materials an image, and what differs from a
 * baseline. Names of images and of what lies in them are hostile; CSV is written as {@code
 * org.malassay.reports.csv} says.
 */
@NullMarked
package org.malassay.reports.firmware;

import org.jspecify.annotations.NullMarked;
