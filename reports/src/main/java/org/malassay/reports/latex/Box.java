package org.malassay.reports.latex;

import java.util.Optional;

/**
 * A rectangle.
 *
 * @param round the radius of its corners
 * @param title what it stands for; may be empty
 */
record Box(
    double x,
    double y,
    double width,
    double height,
    double round,
    String fill,
    Optional<String> edge,
    String title)
    implements Shape {}
