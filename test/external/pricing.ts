// Made by `banyan external` 0.1.0 from pricing.json. Do not edit it: make it again when the document has changed.

/* eslint-disable */
// biome-ignore-all format: as it was made
// biome-ignore-all lint: as it was made

import { external } from 'banyan'

export type PricingCalls = {
  /** GET /quotes */
  readonly listQuotes: { readonly input: ListQuotesInput; readonly output: readonly Quote[] }
  /** What seats of a flight cost today. POST /quotes */
  readonly quote: { readonly input: QuoteInput; readonly output: Quote }
  /** GET /quotes/{id} */
  readonly getQuote: { readonly input: GetQuoteInput; readonly output: Quote }
  /** PUT /quotes/{id} */
  readonly replaceQuote: { readonly input: ReplaceQuoteInput; readonly output: Quote }
  /** DELETE /quotes/{id} */
  readonly dropQuote: { readonly input: DropQuoteInput; readonly output: undefined }
  /** POST /reservations */
  readonly reserve: { readonly input: ReserveInput; readonly output: { readonly times: number } }
  /** GET /tags */
  readonly listTags: { readonly input: ListTagsInput; readonly output: undefined }
  /** PUT /tags */
  readonly setTags: { readonly input: SetTagsInput; readonly output: undefined }
}

export interface ListQuotesInput {
  readonly flight: string
  readonly states?: readonly ('open' | 'taken')[]
  readonly ids?: readonly string[]
  readonly 'X-Currency'?: string
}

export interface QuoteInput {
  readonly flight: string
  /** How many. */
  readonly seats?: number
}

export interface GetQuoteInput {
  readonly id: string
}

export interface ReplaceQuoteInput {
  readonly id: string
  readonly flight: string
  /** How many. */
  readonly seats?: number
}

export interface DropQuoteInput {
  readonly id: string
}

export interface ReserveInput {
  readonly quote: string
}

export interface ListTagsInput {
  readonly limit?: number
}

export interface SetTagsInput {
  readonly body: readonly string[]
}

/** A price that holds for a while. */
export interface Quote {
  readonly id: string
  readonly amount: string
  readonly state?: 'open' | 'taken'
  readonly lines?: readonly QuoteLine[]
}

export interface Wish {
  readonly flight: string
  /** How many. */
  readonly seats?: number
}

export interface QuoteLine {
  readonly text?: string
  readonly amount?: string | null
}

const document = {
  "openapi": "3.1.0",
  "paths": {
    "/quotes": {
      "get": {
        "operationId": "list-quotes",
        "parameters": [
          {
            "name": "flight",
            "in": "query",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "states",
            "in": "query",
            "schema": {
              "type": "array",
              "items": {
                "enum": [
                  "open",
                  "taken"
                ]
              }
            }
          },
          {
            "name": "ids",
            "in": "query",
            "explode": false,
            "schema": {
              "type": "array",
              "items": {
                "type": "string"
              }
            }
          },
          {
            "name": "X-Currency",
            "in": "header",
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "$ref": "#/components/schemas/Quote"
                  }
                }
              }
            }
          }
        }
      },
      "post": {
        "operationId": "quote",
        "summary": "What seats of a flight cost today",
        "parameters": [
          {
            "$ref": "#/components/parameters/Key"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Wish"
              }
            }
          }
        },
        "responses": {
          "201": {
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Quote"
                }
              }
            }
          }
        }
      }
    },
    "/quotes/{id}": {
      "parameters": [
        {
          "name": "id",
          "in": "path",
          "required": true,
          "schema": {
            "type": "string"
          }
        }
      ],
      "get": {
        "operationId": "getQuote",
        "responses": {
          "200": {
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Quote"
                }
              }
            }
          }
        }
      },
      "put": {
        "operationId": "replaceQuote",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Wish"
              }
            }
          }
        },
        "responses": {
          "200": {
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Quote"
                }
              }
            }
          }
        }
      },
      "delete": {
        "operationId": "dropQuote",
        "responses": {
          "204": {}
        }
      }
    },
    "/reservations": {
      "post": {
        "operationId": "reserve",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "quote": {
                    "type": "string"
                  }
                },
                "required": [
                  "quote"
                ],
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "200": {
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "times": {
                      "type": "integer"
                    }
                  },
                  "required": [
                    "times"
                  ]
                }
              }
            }
          }
        }
      }
    },
    "/tags": {
      "get": {
        "operationId": "listTags",
        "parameters": [
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer"
            }
          }
        ],
        "responses": {
          "204": {}
        }
      },
      "put": {
        "operationId": "setTags",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              }
            }
          }
        },
        "responses": {
          "204": {}
        }
      }
    }
  },
  "components": {
    "schemas": {
      "Quote": {
        "type": "object",
        "description": "A price that holds for a while.",
        "properties": {
          "id": {
            "type": "string",
            "readOnly": true
          },
          "amount": {
            "type": "string",
            "pattern": "^[0-9]+\\.[0-9]{2}$"
          },
          "state": {
            "enum": [
              "open",
              "taken"
            ]
          },
          "lines": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/quote.Line"
            }
          }
        },
        "required": [
          "id",
          "amount"
        ]
      },
      "Wish": {
        "type": "object",
        "properties": {
          "flight": {
            "type": "string",
            "minLength": 1
          },
          "seats": {
            "type": "integer",
            "minimum": 1,
            "description": "How many."
          }
        },
        "required": [
          "flight"
        ],
        "additionalProperties": false
      },
      "quote.Line": {
        "type": "object",
        "properties": {
          "text": {
            "type": "string"
          },
          "amount": {
            "anyOf": [
              {
                "type": "string"
              },
              {
                "type": "null"
              }
            ]
          }
        }
      }
    },
    "parameters": {
      "Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {
          "type": "string"
        }
      }
    }
  }
}

export const pricing = external<'pricing', PricingCalls>('pricing', document)
