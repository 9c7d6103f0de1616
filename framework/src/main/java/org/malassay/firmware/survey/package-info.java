/**
 * A survey of firmware images: which images there are ({@link
 * org.malassay.firmware.survey.Catalogue}), each read and judged once, side by side ({@link
 * org.malassay.firmware.survey.Survey}), kept in a directory ({@link
 * org.malassay.firmware.survey.SurveyDirectory}) that reports are made of. It runs nothing of what
 * it reads.
 */
@NullMarked
package org.malassay.firmware.survey;

import org.jspecify.annotations.NullMarked;
