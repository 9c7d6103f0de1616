/**
 * The conversation with the agent in a guest ({@code agent.c}): its frames, and the transcript of
 * what it told.
 */
@NullMarked
package org.malassay.environments.agent;

import org.jspecify.annotations.NullMarked;
