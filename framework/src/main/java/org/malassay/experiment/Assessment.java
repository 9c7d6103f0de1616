package org.malassay.experiment;

import java.util.Optional;
import org.malassay.environment.Execution;
import org.malassay.run.Service;
import org.malassay.verdict.Verdict;

/**
 * What one sample did in one guest, before it has a label.
 *
 * @param execution empty when the sample was not started, or the tool failed before it had ended
 * @param service empty when the sample was not started, or the tool failed
 */
record Assessment(Verdict verdict, Optional<Execution> execution, Optional<Service> service) {}
