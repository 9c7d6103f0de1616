/**
 * What the environments share: recipes and the programs of this machine that build from them, the
 * conversation with the agent in a guest ({@code agent.c}), and reading what a web service answers.
 */
@NullMarked
package org.malassay.guest;

import org.jspecify.annotations.NullMarked;
