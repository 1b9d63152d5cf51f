import js from '@eslint/js'
import globals from 'globals'

export default [
  js.configs.recommended,
  {
    files: ['src/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "AssignmentExpression[left.property.name='innerHTML']", message: 'Text from the server is not markup: build elements, or let the server render.' },
      ],
      'no-var': 'error',
      'prefer-const': 'error',
      complexity: ['error', 10],
      'max-lines-per-function': ['error', 40],
    },
  },
  { files: ['*.mjs', '*.js'], languageOptions: { globals: globals.node } },
]
