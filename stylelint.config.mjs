/** @type {import('stylelint').Config} */
export default {
  extends: ['stylelint-config-standard'],
  rules: {
    // Colours come from JupyterLab's variables, so that every theme works.
    'color-named': 'never',
    'color-no-hex': true,
    'function-disallowed-list': [/^(rgb|hsl|lab|lch|oklab|oklch|hwb)a?$/],
    'no-descending-specificity': null,
    'selector-class-pattern': [
      '^(jp|lm)-[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$',
      { message: 'Classes of AIbro begin with jp-Aibro-' }
    ]
  }
};
